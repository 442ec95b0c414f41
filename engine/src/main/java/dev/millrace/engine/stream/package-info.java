/** What users write: pipelines of named streams over records and lambdas. */
@NullMarked
package dev.millrace.engine.stream;

import org.jspecify.annotations.NullMarked;
