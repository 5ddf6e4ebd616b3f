using FuturesEos.AppHost;
using FuturesEos.AppHost.Services;
using FuturesEos.ServiceDefaults;
using FuturesEos.Topology;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

//  dotnet run [--Infrastructure=auto|embedded|containers] [--Cdc=relay] [--Brokers=1] [--Data=FOLDER]

try
{
    LoopbackProxy.Use();
    var builder = DistributedApplication.CreateBuilder(args);
    if (builder.ExecutionContext.IsPublishMode)
    {
        builder.AddPublishedSystem();
        builder.Build().Run();
        return ExitCode.Ok;
    }

    var settings = builder.Configuration;
    var choice = await InfrastructureChoice.MakeAsync(settings[InfrastructureChoice.Option]);
    builder.AddPipeline(choice, TopologyOptions.Parse(choice.Kind, settings["Brokers"], settings["Cdc"]));
    var app = builder.Build();
    app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("FuturesEos.AppHost").Infrastructure(choice.Reason);
    app.Run();
    return ExitCode.Ok;
}
catch (ArgumentException e) when (e.ParamName is null) // a value of ours
{
    await Console.Error.WriteLineAsync(e.Message);
    return ExitCode.Usage;
}
catch (ExpectedFailure e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return e.ExitCode;
}
