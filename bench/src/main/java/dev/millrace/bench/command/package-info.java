/** The command line of the suite. */
@NullMarked
package dev.millrace.bench.command;

import org.jspecify.annotations.NullMarked;
