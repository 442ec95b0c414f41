/** The rules that hold the layers up, as far as ArchUnit does not bring them along. */
@NullMarked
package dev.millrace.engine.layering;

import org.jspecify.annotations.NullMarked;
