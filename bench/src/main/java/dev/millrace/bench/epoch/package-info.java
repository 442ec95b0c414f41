/** What an epoch costs: the seal of state, and the log that commits it. */
@NullMarked
package dev.millrace.bench.epoch;

import org.jspecify.annotations.NullMarked;
