/** What it costs to move events and time along: hand-over between threads, partitions, timers. */
@NullMarked
package dev.millrace.bench.flow;

import org.jspecify.annotations.NullMarked;
