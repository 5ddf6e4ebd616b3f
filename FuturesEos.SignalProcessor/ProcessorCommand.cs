using FuturesEos.ServiceDefaults;

namespace FuturesEos.SignalProcessor;

/// <summary>The command line of both processors.</summary>
internal static class ProcessorCommand
{
    public const string Engine = "Streams";
    public const string Own = "Processor";

    public static ServiceCommand Create(string description) =>
        new ServiceCommand(description).Takes<EngineOptions>(Engine).Takes<ProcessorOptions>(Own);
}
