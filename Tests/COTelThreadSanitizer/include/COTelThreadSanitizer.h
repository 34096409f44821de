// Nothing to call: see swift_mutex.c.
#pragma once
