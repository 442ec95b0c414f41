/** Keyed operators: window slices, sessions and user state over active-state indexes. */
@NullMarked
package dev.millrace.engine.internal.window;

import org.jspecify.annotations.NullMarked;
