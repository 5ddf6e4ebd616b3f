using FuturesEos.SignalProcessor;

return await ProcessorCommand.RunAsync<ProcessorService>(args, "signals to decisions, exactly once");
