/** Values as JSON, one to a line, for the edges of a pipeline. */
@NullMarked
package dev.millrace.serde.json;

import org.jspecify.annotations.NullMarked;
