/** The epoch log: the engine's own witness of what is committed. */
@NullMarked
package dev.millrace.state.log;

import org.jspecify.annotations.NullMarked;
