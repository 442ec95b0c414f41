/** What becomes of events that an operator's function refuses. */
@NullMarked
package dev.millrace.engine.internal.error;

import org.jspecify.annotations.NullMarked;
