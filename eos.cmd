@echo off
rem Builds what has changed, then runs tools\FuturesEos.Cli. On Windows every package comes from the feed.
setlocal
set "ROOT=%~dp0"
where dotnet >nul 2>nul
if errorlevel 1 (
  echo eos: no .NET SDK was found; install .NET SDK 10.0 from https://dotnet.microsoft.com/download 1>&2
  exit /b 3
)
if not exist "%ROOT%.eos" mkdir "%ROOT%.eos"
set "PROJECT=tools\FuturesEos.Cli\FuturesEos.Cli.csproj"
if "%~1"=="test" set "PROJECT=FuturesEos.Tests\FuturesEos.Tests.csproj"
if "%~1"=="bench" set "PROJECT=FuturesEos.sln"
dotnet build "%ROOT%%PROJECT%" -c Release -v q -nologo > "%ROOT%.eos\build.log" 2>&1
if errorlevel 1 (
  type "%ROOT%.eos\build.log" 1>&2
  echo eos: the build failed 1>&2
  exit /b 1
)
"%ROOT%artifacts\bin\FuturesEos.Cli\release\FuturesEos.Cli.exe" %*
exit /b %errorlevel%
