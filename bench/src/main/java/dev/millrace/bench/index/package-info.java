/** The index of active state beside maps on the heap, maps off it, and stores. */
@NullMarked
package dev.millrace.bench.index;

import org.jspecify.annotations.NullMarked;
