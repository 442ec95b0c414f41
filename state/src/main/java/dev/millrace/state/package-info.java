/** Active state in off-heap indexes, the epoch log that commits it, and the stores it is folded into. */
@NullMarked
package dev.millrace.state;

import org.jspecify.annotations.NullMarked;
