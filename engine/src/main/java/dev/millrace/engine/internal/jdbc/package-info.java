/** The sink into databases. */
@NullMarked
package dev.millrace.engine.internal.jdbc;

import org.jspecify.annotations.NullMarked;
