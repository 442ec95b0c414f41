/** Measurements of the engine, each beside what else could be used. */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;
