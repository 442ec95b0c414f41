/** Sources and sinks over files. */
@NullMarked
package dev.millrace.engine.internal.file;

import org.jspecify.annotations.NullMarked;
