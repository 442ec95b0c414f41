/** Looks at state directories: what they hold, and whether a job can go on with them. */
@NullMarked
package dev.millrace.engine.internal.check;

import org.jspecify.annotations.NullMarked;
