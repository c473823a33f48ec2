# Settings of run {{ runtime.run_id }}
points={{ config.vars.points }}              # along the profile, 10 m apart
slope={{ config.vars.slope }}             # of the bed
shore_depth={{ config.vars.shore_depth }}        # at the shoreward end, m
wave_height={{ config.vars.wave_height }}        # offshore, m
