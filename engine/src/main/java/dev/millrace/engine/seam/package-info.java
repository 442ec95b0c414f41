/** The engine's doors to the outside: clock and scheduler, replaced in tests. */
@NullMarked
package dev.millrace.engine.seam;

import org.jspecify.annotations.NullMarked;
