/** Records as lines of comma-separated values (RFC 4180), for the edges of a pipeline. */
@NullMarked
package dev.millrace.serde.csv;

import org.jspecify.annotations.NullMarked;
