/** The allocator and raw memory, beside their peers. */
@NullMarked
package dev.millrace.bench.memory;

import org.jspecify.annotations.NullMarked;
