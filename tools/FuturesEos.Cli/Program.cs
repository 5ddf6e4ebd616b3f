return await FuturesEos.Cli.Eos.RunAsync(args);
