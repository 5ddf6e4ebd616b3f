using FuturesEos.SignalProcessor;
using FuturesEos.SignalProcessor.Streamiz;

return await ProcessorCommand.RunAsync<StreamizService>(
    args, "signals to decisions on Streamiz.Kafka.Net (docs/engines.md)");
