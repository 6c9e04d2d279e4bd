package local;

import io.trino.spi.Plugin;

/** Makes a plugin directory that has only a JDBC driver acceptable to Trino. */
public final class EmptyPlugin implements Plugin {}
