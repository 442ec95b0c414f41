/** Whether what is on disk fits the job that is to run, and how it is brought to fit. */
@NullMarked
package dev.millrace.engine.internal.fit;

import org.jspecify.annotations.NullMarked;
