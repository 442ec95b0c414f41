/** One level down: what a source or a sink has to be. */
@NullMarked
package dev.millrace.engine.operator;

import org.jspecify.annotations.NullMarked;
