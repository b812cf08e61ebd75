// SPDX-License-Identifier: Apache-2.0
// The module's symbol, see extensions/thrift_module.h.
#include "extensions/thrift_module.h"
#include "modules/thrift/client.h"
#include "modules/thrift/serve.h"

const VigilThrift vigil_thrift = {vigil::extensions::serve_manager, vigil::extensions::serve_extension, vigil::extensions::connect_client};
