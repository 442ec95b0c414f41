/** State of user functions, against models in plain Java. */
@NullMarked
package dev.millrace.engine.states;

import org.jspecify.annotations.NullMarked;
