/** Requests to other systems, and what waits behind them. */
@NullMarked
package dev.millrace.engine.internal.async;

import org.jspecify.annotations.NullMarked;
