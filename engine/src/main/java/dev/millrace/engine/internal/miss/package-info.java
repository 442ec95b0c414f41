/** What a keyed task does when state that it needs is not in memory: it waits for it, and the worker does something else. */
@NullMarked
package dev.millrace.engine.internal.miss;

import org.jspecify.annotations.NullMarked;
