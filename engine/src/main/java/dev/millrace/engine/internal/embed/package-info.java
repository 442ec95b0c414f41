/** The edges of a job inside a program: events offered by threads of the program. */
@NullMarked
package dev.millrace.engine.internal.embed;

import org.jspecify.annotations.NullMarked;
