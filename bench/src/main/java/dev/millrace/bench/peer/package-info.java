/** What the allocator is measured beside, each behind the same few calls. */
@NullMarked
package dev.millrace.bench.peer;

import org.jspecify.annotations.NullMarked;
