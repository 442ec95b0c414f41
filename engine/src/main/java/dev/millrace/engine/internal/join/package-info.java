/** What two streams of the same keys make together. */
@NullMarked
package dev.millrace.engine.internal.join;

import org.jspecify.annotations.NullMarked;
