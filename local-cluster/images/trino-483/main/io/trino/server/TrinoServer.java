package io.trino.server;

/** Starts the server: the artefact with Trino's own main class is not published. */
public final class TrinoServer {
    private TrinoServer() {}

    public static void main(String[] args) {
        new Server().start("483");
    }
}
