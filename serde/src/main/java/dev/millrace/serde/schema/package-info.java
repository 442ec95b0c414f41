/** What a type looked like when its values were written, and how such values are read by what it looks like now. */
@NullMarked
package dev.millrace.serde.schema;

import org.jspecify.annotations.NullMarked;
