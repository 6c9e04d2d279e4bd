package io.trino.spi;

/** Stands in for Trino's own interface while EmptyPlugin is compiled: Trino's needs a newer Java. It is not shipped. */
public interface Plugin {}
