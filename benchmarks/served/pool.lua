-- wrk asks for the paths of a file, one after the other from a given one on, and says as JSON what it saw.
-- Arguments after `--`: the file, and the number of the path to begin with.

local paths, at = {}, 0

function init(args)
   for path in io.lines(args[1]) do
      paths[#paths + 1] = wrk.format("GET", path)
   end
   at = tonumber(args[2])
end

function request()
   at = at + 1
   return paths[(at - 1) % #paths + 1]
end

function done(summary, latency, _)
   local errors = summary.errors
   io.write(string.format(
      '\n{"rate": %f, "p50_ms": %f, "p99_ms": %f, "requests": %d, "bytes": %d, "failed": %d}\n',
      summary.requests * 1e6 / summary.duration, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
      summary.requests, summary.bytes, errors.status + errors.connect + errors.read + errors.write + errors.timeout
   ))
end
