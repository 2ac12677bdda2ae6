import '@lomusai/client-js/inference/worker'
