package io.trino.server;

/** Stands in for Trino's own class while TrinoServer is compiled: Trino's needs a newer Java. It is not shipped. */
public class Server {
    public final void start(String version) {}
}
