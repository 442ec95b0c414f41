/** Event pages: how keyed events lie in memory between two operators. */
@NullMarked
package dev.millrace.engine.internal.page;

import org.jspecify.annotations.NullMarked;
