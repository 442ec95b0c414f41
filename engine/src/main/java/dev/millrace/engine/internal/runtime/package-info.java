/** Tasks, workers, channels and the pages that travel in them. */
@NullMarked
package dev.millrace.engine.internal.runtime;

import org.jspecify.annotations.NullMarked;
