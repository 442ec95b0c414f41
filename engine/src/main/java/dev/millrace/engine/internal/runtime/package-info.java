/**
 * Tasks, workers, channels and the pages that travel in them.
 *
 * <p>What runs: a {@code Worker} gives turns to each {@code Task}, which reads its {@code TaskInput} and writes to each {@code
 * ChannelTarget}. What makes it: a {@code JobBuilder}, once, before the job starts.
 */
@NullMarked
package dev.millrace.engine.internal.runtime;

import org.jspecify.annotations.NullMarked;
