/** Barriers in, one commit record out; then the outputs get what was committed. */
@NullMarked
package dev.millrace.engine.internal.epoch;

import org.jspecify.annotations.NullMarked;
