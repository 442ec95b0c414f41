/** State of user functions: handles over active-state indexes, their form on disk, and timers. */
@NullMarked
package dev.millrace.engine.internal.state;

import org.jspecify.annotations.NullMarked;
