using FuturesEos.ServiceDefaults;
using FuturesEos.SignalProcessor;
using FuturesEos.SignalProcessor.Streamiz;

return await ServiceHost.RunAsync<ProcessorOptions>(
    args,
    "FuturesEos.SignalProcessor.Streamiz: signals to decisions on Streamiz.Kafka.Net (docs/engines.md)",
    async (service, stop) =>
    {
        await ProcessorTopics.EnsureAsync(service, stop);
        return await StreamizEngine.RunAsync(service, stop);
    });
