/** The engine: pipelines, tasks, time, windows, epochs, sources and sinks. */
@NullMarked
package dev.millrace.engine;

import org.jspecify.annotations.NullMarked;
