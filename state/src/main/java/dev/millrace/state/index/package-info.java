/** The off-heap index that active state lives in: bytes to bytes, one writer, snapshots by copy-on-write. */
@NullMarked
package dev.millrace.state.index;

import org.jspecify.annotations.NullMarked;
