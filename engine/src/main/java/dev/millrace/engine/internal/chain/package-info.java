/** Operators fused into one loop: each instance is its own hidden class. */
@NullMarked
package dev.millrace.engine.internal.chain;

import org.jspecify.annotations.NullMarked;
