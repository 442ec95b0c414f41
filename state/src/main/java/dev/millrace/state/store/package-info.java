/** Cold stores: sorted maps on disk into which committed epochs are folded. */
@NullMarked
package dev.millrace.state.store;

import org.jspecify.annotations.NullMarked;
